/** What a PIN must be. */

/** Digits at least. */
export const PIN_LENGTH = 6;
/** Nobody remembers more; a field that takes no end is a mistake waiting to happen. */
export const PIN_MOST = 32;

/** What is wrong with a PIN, as the end of a key `enrol.pin_…`; null when it is good. */
export function pinFault(pin: string): "digits" | "short" | "simple" | null {
  if (!/^[0-9]*$/.test(pin)) return "digits";
  if (pin.length < PIN_LENGTH) return "short";
  return isSimple(pin) ? "simple" : null;
}

/** One digit, a run up or down, or a short part repeated: what is tried first. */
function isSimple(pin: string): boolean {
  const digits = Array.from(pin, Number);
  const steps = digits.slice(1).map((digit, at) => (digit - (digits[at] ?? 0) + 10) % 10);
  if (steps.every((step) => step === steps[0] && (step === 0 || step === 1 || step === 9))) return true;
  return [1, 2, 3].some((part) => pin.length % part === 0 && pin === pin.slice(0, part).repeat(pin.length / part));
}
