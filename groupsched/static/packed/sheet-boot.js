import{E as m,K as o}from"./shared-YYGLYPE4.js";m();o();
