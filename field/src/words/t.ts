/** The catalogue's door: t("net.ok", { time }) gives the sentence in the chosen language. A second language is a second catalogue. */
import { words as zhCn } from "./zh-CN";

export type Key = keyof typeof zhCn;
export type Catalogue = Record<Key, string>;

const catalogues: Record<string, Catalogue> = { "zh-CN": zhCn };
let current: Catalogue = zhCn;

export function chooseLanguage(tag: string): void {
  current = catalogues[tag] ?? zhCn;
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return current[key].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the words of ${key} need ${name}`);
    return String(value);
  });
}
