import{k as t}from"./shared-CTS2MB6G.js";var{key:o}=document.getElementById("main").dataset;t({by:"hand",since:Date.now(),key:o});
