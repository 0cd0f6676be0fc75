import{D as m,L as o}from"./shared-IKJI7N6E.js";m();o();
