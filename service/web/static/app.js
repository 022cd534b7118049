// Nothing depends on this script: every page works without it. It makes faults take the focus and lengths be counted.
"use strict";
window.DKFDS.init();
