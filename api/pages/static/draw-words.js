// What each check says, in Chinese and in English; the codes are those of the verifier in Python.

export const WORDS = {
  "one.fingerprint": ["参数和名录根与公布的名录指纹一致。", "The parameters and the frame root are those under the fingerprint."],
  "one.frame": ["该对象列于冻结的名录，可以被抽取。", "The object stood in the frozen frame and could be drawn."],
  "one.probability": ["该对象的抽查概率按参数精确算出。", "The object's probability follows exactly from the parameters."],
  "one.ticket": ["该对象的签号不大于本层门限，确系摇号抽中。", "The object's ticket is within its cell's threshold: drawn by lot."],
  "one.result": ["该签号及其位次自抽取当日起未变。", "The ticket and its rank are those fixed on the day of the draw."],
  "one.undrawn": ["该对象的签号大于本层门限，未被抽中。", "The object's ticket is above its cell's threshold: not drawn."],
  "one.excluded": [
    "该对象列于冻结的名录，按所示代码排除，不参加摇号。",
    "The object stood in the frozen frame, excluded from the draw by the code shown.",
  ],
};
