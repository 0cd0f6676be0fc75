import{p as m}from"./shared-PMIBSI57.js";m();
