import{A as m,G as o}from"./shared-2BA2LGBX.js";m();o();
