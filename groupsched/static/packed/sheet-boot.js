import{E as m,K as o}from"./shared-AFGWO2ZQ.js";m();o();
