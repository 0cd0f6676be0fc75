import{E as m,K as o}from"./shared-CTS2MB6G.js";m();o();
