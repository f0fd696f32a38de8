/** The app's paths. A locked phone shows only the lock. */
import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";
import { useSession } from "./state/session";

const routes: RouteRecordRaw[] = [
  { path: "/", redirect: "/today" },
  { path: "/unlock", name: "unlock", component: () => import("./screens/unlock/UnlockScreen.vue"), meta: { isOpen: true } },
  { path: "/today", name: "today", component: () => import("./screens/today/TodayScreen.vue") },
  { path: "/inspect", name: "inspect", component: () => import("./screens/today/InspectScreen.vue") },
  { path: "/outbox", name: "outbox", component: () => import("./screens/outbox/OutboxScreen.vue") },
  { path: "/mine", name: "mine", component: () => import("./screens/mine/MineScreen.vue") },
  { path: "/visits/:visit", name: "visit", component: () => import("./screens/visit/BriefingScreen.vue"), props: true },
  { path: "/visits/:visit/entry", name: "entry", component: () => import("./screens/entry/EntryScreen.vue"), props: true },
  { path: "/visits/:visit/unable", name: "unable", component: () => import("./screens/entry/UnableScreen.vue"), props: true },
  { path: "/visits/:visit/checklist/:item?", name: "checklist", component: () => import("./screens/checklist/ChecklistScreen.vue"), props: true },
  { path: "/visits/:visit/evidence/:item?", name: "evidence", component: () => import("./screens/evidence/EvidenceScreen.vue"), props: true },
  { path: "/visits/:visit/sign", name: "sign", component: () => import("./screens/signature/SignScreen.vue"), props: true },
  { path: "/visits/:visit/conflicts", name: "conflicts", component: () => import("./screens/conflict/ConflictScreen.vue"), props: true },
  { path: "/:rest(.*)*", redirect: "/today" },
];

export const router = createRouter({
  history: createWebHistory("/field/"),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

router.beforeEach((to) => {
  if (to.meta.isOpen || useSession().isUnlocked) return true;
  return { name: "unlock", query: { next: to.fullPath } };
});
