/** Invented entries of the list of visits. */
import type { VisitCard } from "@contract";
import type { VisitSummary } from "../../src/app/tablet";
import { fakeVisits } from "../support/fake-visits";

export interface Given {
  readonly stage?: VisitSummary["stage"];
  readonly daysLeft?: number | null;
  readonly metres?: number | null;
  readonly address?: string;
  readonly name?: string;
  readonly code?: string;
  readonly opens?: string;
  readonly closes?: string;
  readonly conflicts?: number;
  readonly unsent?: number;
}

const card = ordinary();

function ordinary(): VisitCard {
  const found = fakeVisits()[2]?.card;
  if (!found) throw new Error("no visit was invented");
  return found;
}

/** The nth visit; what is not given is that of an ordinary one. */
export function summary(n: number, given: Given): VisitSummary {
  const { name = `企业${n}`, code = `9144${n}`, address = card.object.address ?? "", opens = "2026-11-20" } = given;
  return {
    card: {
      ...card,
      id: `019b4000-0000-7000-8000-${String(n).padStart(12, "0")}`,
      object: { ...card.object, name, code, address },
      window: { opens, closes: given.closes ?? "2026-11-27" },
    },
    answered: 0,
    asked: 8,
    stage: given.stage ?? "not_begun",
    conflicts: given.conflicts ?? 0,
    unsent: { entries: given.unsent ?? 0, files: 0, bytes: 0 },
    remarked: 0,
    daysLeft: given.daysLeft === undefined ? 5 : given.daysLeft,
    metres: given.metres ?? null,
  };
}
