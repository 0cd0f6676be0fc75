import{F as o,z as m}from"./shared-7CGQIXDO.js";m();o();
