/** Tests run in one time zone, with an IndexedDB in memory. */
import "fake-indexeddb/auto";

process.env.TZ = "Asia/Shanghai";
