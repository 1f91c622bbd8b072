// status: time_limit
class Slow extends Array { static get [Symbol.species]() { for (;;); } }
new Slow(1, 2, 3).map((value) => value);
