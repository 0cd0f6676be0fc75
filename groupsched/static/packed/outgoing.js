var e=null;try{e=localStorage.getItem("sheet-seq")}catch{}e&&import("./outgoing-send.js");
