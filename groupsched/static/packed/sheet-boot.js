import{F as o,z as m}from"./shared-6SHNC3VH.js";m();o();
