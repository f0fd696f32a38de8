/** Start: the device store first, then the app; the network comes when somebody has unlocked. */
import "./styles/index.css";
import { createPinia } from "pinia";
import { createApp } from "vue";
import App from "./App.vue";
import { router } from "./router";
import { usePhone } from "./state/phone";
import { useSession } from "./state/session";
import { registerWorker } from "./state/updates";

async function start(): Promise<void> {
  const app = createApp(App).use(createPinia());
  await Promise.all([usePhone().load(), useSession().load()]);
  app.use(router).mount("#app");
  await registerWorker();
}

void start();
