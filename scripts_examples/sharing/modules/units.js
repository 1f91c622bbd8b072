// Weights, as pages show them and as they are stored.

const POUND_KG = 0.45359237;

export function toKg(pounds) {
  return Math.round(pounds * POUND_KG * 10) / 10;
}

export function toPounds(kg) {
  return Math.round((kg / POUND_KG) * 10) / 10;
}
