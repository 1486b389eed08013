/** A stay or a passing of a toll station, as it is remembered. Times are milliseconds since 1970. */
export interface Stay {
  readonly id: string;
  /** `PARKING`, `TOLL_ROAD`, or a word that is not known yet. */
  readonly type: string;
  readonly operator: string | null;
  readonly place: string | null;
  readonly startedAt: number | null;
  /** Null: it goes on, or nobody has said when it ended. */
  readonly endedAt: number | null;
  /** Amounts of two currencies are never summed. */
  readonly cost: { readonly gross: number | null; readonly currency: string } | null;
  readonly invoicing: string | null;
}

/** The same as a provider tells it: with more of its places and its cost. */
interface Told extends Omit<Stay, 'place'> {
  readonly facility: { readonly name: string } | null;
  readonly zone: { readonly name: string } | null;
}

/** What is remembered of what a provider tells. */
export function stayOf({
  id,
  type,
  operator,
  facility,
  zone,
  startedAt,
  endedAt,
  cost,
  invoicing,
}: Told): Stay {
  const place = [facility, zone].flatMap((one) => one?.name ?? []).join(', ') || null;
  const kept = cost && { gross: cost.gross, currency: cost.currency };
  return { id, type, operator, place, startedAt, endedAt, cost: kept, invoicing };
}
