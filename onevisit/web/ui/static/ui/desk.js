// Entry of the desk: each module looks for its own marks in the page and after every swap.
import "./once.js";
import "./announce.js";
import "./dialogs.js";
import "./drops.js";
import "./shell.js";
import "./copy.js";
import "./print.js";
import "./toasts.js";
import "./forms.js";
import "./drafts.js";
import "./session.js";
import "./lists.js";
import "./keys.js";
import "./palette.js";
