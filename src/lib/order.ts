/**
 * Places of messages in their chat. New ones get whole numbers; what is merged in later stands between those, with up
 * to 30 binary places. Stored as two whole numbers, so that they are exact.
 */

/** The smallest distance of two places. */
export const ORDER_STEP = 2 ** -30;

/** The two numbers that stand for a place; no fraction for a whole one. */
export function splitOrder(order: number): { whole: number; fraction: number | undefined } {
  const whole = Math.floor(order);
  return { whole, fraction: Math.round((order - whole) / ORDER_STEP) || undefined };
}

/** The place of two such numbers. */
export function joinOrder(whole: number, fraction = 0): number {
  return whole + fraction * ORDER_STEP;
}
