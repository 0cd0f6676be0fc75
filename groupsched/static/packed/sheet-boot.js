import{E as m,M as o}from"./shared-7OSHA6MX.js";m();o();
