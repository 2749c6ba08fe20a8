/** Where an object lies, as far as its address says: district and street, without a map. */

/** Provinces and autonomous regions: nobody plans a day by them, and one of them ends like a district. */
const PROVINCE = /^.{2,8}?(?:自治区|省)/u;
/** A name that ends a level of administration, without a character of another level, a road or a number. */
const DISTRICT = /(?:^|[市州盟])([^省市州盟区县旗路街巷号栋\d]{1,8}(?:自治县|自治旗|(?<![小社校厂])区|县|旗))/u;
const CITY = /(?:^|[州盟])([^省市州盟区县旗路街巷号栋\d]{1,8}市)/gu;
const STREET = /^([^省市州盟区县旗镇乡路巷号栋\d]{1,8}(?:街道|镇|乡|苏木))/u;

/**
 * The area of an address as people plan a route by it: district and street (or town) where it has them, else the city;
 * an empty text when it tells none. Never a guess: what is not written is not said.
 */
export function areaOf(address: string | null | undefined): string {
  const text = (address ?? "").replace(/\s+/gu, "").replace(PROVINCE, "");
  const district = DISTRICT.exec(text);
  if (!district) return [...text.matchAll(CITY)].at(-1)?.[1] ?? "";
  const street = STREET.exec(text.slice(district.index + district[0].length));
  return street ? `${district[1]} ${street[1]}` : (district[1] ?? "");
}
