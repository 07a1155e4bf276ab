/* Inside a frame: tells the page around it how tall the conversation is, and nothing else. */
"use strict";
new ResizeObserver(() => parent.postMessage({ masthead: document.documentElement.scrollHeight }, "*")).observe(document.body);
