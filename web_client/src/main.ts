import "./base.css";
import { mount } from "svelte";
import { App } from "./app.svelte";
import Palier from "./Palier.svelte";
import { Cache } from "./cache";
import { keepForOffline } from "./frame/offline";

const app = new App(await Cache.open());
void app.start();
const target = document.getElementById("palier");
if (target !== null) mount(Palier, { target, props: { app } });
keepForOffline();
// After the first load: clicks on notifications, the badge, our own question.
void import("./push/page.svelte").then(({ beginPush }) => beginPush(app));
