function e(t){try{return localStorage.getItem(t)}catch{return null}}e("sheet-seq")&&import("./outgoing-send.js");e("house-waits")&&import("./house-outgoing.js");
