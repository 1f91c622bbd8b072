const a = 1;
export { a as '__proto__', a as 'constructor', a as 'toString' };
