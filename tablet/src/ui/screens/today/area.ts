/** Where an object lies, as far as its address says: district and street, without a map. */

/** The shortest name that ends a level of administration; never a character of another one. */
const DISTRICT = /(?:^|[省市州盟])([^省市州盟区县旗]{1,8}(?:自治县|自治旗|新区|开发区|高新区|区|县|旗))/u;
const CITY = /(?:^|[省州盟])([^省市州盟区县旗]{1,8}市)/u;
const STREET = /([^省市州盟区县旗镇乡]{1,8}(?:街道|镇|乡|苏木))/u;

/**
 * The area of an address as people plan a route by it: district and street (or town) where it has them, else the city;
 * an empty text when it tells none. Never a guess: what is not written is not said.
 */
export function areaOf(address: string | null | undefined): string {
  const text = (address ?? "").replace(/\s+/gu, "");
  const district = DISTRICT.exec(text);
  const behind = district ? text.slice(district.index + district[0].length) : text;
  const street = STREET.exec(behind.slice(0, 12));
  const parts = [district?.[1], street && street.index === 0 ? street[1] : undefined].filter(
    (one) => one !== undefined,
  );
  if (parts.length > 0) return parts.join(" ");
  const cities = [...text.matchAll(new RegExp(CITY, "gu"))];
  return cities.at(-1)?.[1] ?? "";
}
