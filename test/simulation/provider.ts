import { CONNECTIVITY } from '../../src/providers/otonomo/connectivity';
import type { Reply, Request } from '../../src/providers/shared/transport';
import { Books, isOpen, type Row, type Word, wordOf } from './books';
import { Carmaker } from './carmaker';
import { type Clock, DAY, MINUTE } from './clock';
import { rememberEarlierLife } from './earlier-life';
import { ENABLE, enableIn, writeWithoutTrace } from './forgetful';
import { Lists } from './lists';
import { kindOfOtonomo, OtonomoApi } from './otonomo-api';
import type { Random } from './random';
import {
  type Announcement,
  accepted,
  answerWithoutNames,
  connectivityAnswer,
  DENIALS,
  eligibilityAnswer,
  FALSE_ANSWERS,
  json,
  NO_SUCH_VIN,
  reply,
  submitReply,
  words,
} from './replies';
import { VIN, type World } from './world';

/** Of these the provider sends a webhook. */
const ANNOUNCED: readonly Word[] = ['approved', 'rejected', 'revoked', 'canceled', 'on hold'];

/** A provider in memory with books of its own, as awkward as its world is. */
export class SimulatedProvider {
  readonly books: Books;
  readonly carmaker: Carmaker;
  calm = false;
  posts = 0;
  /** POSTs that made a clearance beside an open one which their sender could have seen, and could not. */
  seconds = 0;
  unseenSeconds = 0;
  deletes = 0;
  lostWrites = 0;
  /** DELETEs that were denied an open clearance. */
  denials = 0;
  /** Replies to a POST without a name. */
  namelessAnswers = 0;
  readonly lists: Lists;
  readonly otonomo: OtonomoApi;
  restored = 0;
  readonly world: World;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #aside: Random;
  readonly #announce: (announcement: Announcement) => void;
  #drivenAt = Number.POSITIVE_INFINITY;
  #deliveries = 0;
  #refusal: string | null = null;
  #old: Announcement[] = [];
  readonly #listeners: (() => void)[] = [];
  onMade: (row: Row) => void = () => {};

  /** @param aside the chance of what few providers do (`awkward.ts`). */
  constructor(
    clock: Clock,
    random: Random,
    aside: Random,
    world: World,
    announce: (one: Announcement) => void,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#aside = aside;
    this.world = world;
    this.#announce = announce;
    this.books = new Books(clock, world);
    this.lists = new Lists(clock, random, aside, world, this.books);
    this.carmaker = new Carmaker(clock, random, world, (...change) => this.#change(...change));
    this.otonomo = new OtonomoApi({
      clock,
      random,
      world,
      books: this.books,
      make: () => this.#make(),
      consider: (row) => this.carmaker.consider(row),
      touched: () => this.#touched(),
    });
    rememberEarlierLife({
      clock,
      random,
      world,
      books: this.books,
      carmaker: this.carmaker,
      change: (...change) => this.#change(...change),
      announced: (one) => this.#old.push(one),
    });
    this.#planAwkwardness();
  }

  /** Has somebody told of each change in the books. */
  listen(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** The reply to a request, now. Lists are answered by `lists`. */
  answer({ method, path }: Request): Reply {
    const kind = this.world.isOtonomo ? kindOfOtonomo(method, path) : null;
    if (kind !== null) {
      if (kind === 'POST') this.posts += 1;
      if (kind === 'DELETE') this.deletes += 1;
      this.otonomo.calm = this.calm;
      return this.otonomo.answer(path);
    }
    if (this.world.isOtonomo && path.startsWith(CONNECTIVITY)) return connectivityAnswer(this.#random);
    if (path === ENABLE) return enableIn(this.books, (row) => this.#give(row));
    if (path.startsWith('/v1/eligibility')) return eligibilityAnswer(this.#random);
    if (path.startsWith('/v1/vehicle-data')) return this.#data();
    return method === 'DELETE' ? this.#withdraw() : this.#submitted();
  }

  #submitted(): Reply {
    const answer = this.#submit();
    if (this.calm || !this.#aside.chance(this.world.awkward.namelessAnswers)) return answer;
    this.namelessAnswers += 1;
    return answerWithoutNames(answer, this.#aside);
  }

  #submit(): Reply {
    this.posts += 1;
    const { open } = this.books;
    const [first] = open;
    if (first && this.world.doubleSubmit !== 'a second row') return this.#submittedTwice(first);
    if (first) this.#countSecond(open);
    return this.#refuses() ?? this.#make();
  }

  #make(): Reply {
    const random = this.#random;
    const hiddenFor = this.calm || this.lostWrites > 0 ? 0 : this.world.hiddenFor;
    if (hiddenFor > 0) this.lostWrites += 1;
    // A write that is lost for ever has never been made.
    if (hiddenFor > 100 * DAY) return accepted('pending', null);
    const row = this.books.add('pending', null, { hiddenFor });
    this.onMade(row);
    this.#touched();
    this.carmaker.consider(row);
    // Decided before the reply is out.
    if (random.chance(this.world.rejectedAtOnce))
      this.carmaker.reject(row, random.pick(['customer name tag missing', null]));
    return accepted(wordOf(row) ?? 'pending', random.chance(0.5) ? 'see the changelog' : null);
  }

  #countSecond(open: readonly Row[]): void {
    if (open.some((row) => this.lists.wasShownInTime(this.books.openSince(row)))) this.seconds += 1;
    else this.unseenSeconds += 1;
  }

  #submittedTwice(row: Row): Reply {
    const word = wordOf(row) ?? 'pending';
    this.lists.words.add(word);
    if (this.world.doubleSubmit === 'the same row') return accepted(word, null);
    return submitReply('error', 'vehicle is already approved');
  }

  #refuses(): Reply | null {
    const { refusals, refusesForGood } = this.world;
    const random = this.#random;
    if (this.calm || !random.chance(refusals)) return null;
    if (random.chance(0.1)) return json(200, { vehicles: [] });
    this.#refusal ??= random.pick(['The brand is invalid', 'vin should be 17 character(s)', null]);
    const said = refusesForGood ? this.#refusal : random.pick(['The brand is invalid', this.#refusal, null]);
    return submitReply('error', said);
  }

  #withdraw(): Reply {
    this.deletes += 1;
    const { falseAnswers, deleteSeesAll, deleteEnds, awkward } = this.world;
    const random = this.#random;
    if (!this.calm && random.chance(falseAnswers)) return random.pick(FALSE_ANSWERS);
    if (!this.calm && this.books.open.length > 0 && this.#aside.chance(awkward.denials)) {
      this.denials += 1;
      return this.#aside.pick(DENIALS);
    }
    const { now } = this.#clock;
    const seen = this.books.rows.filter((row) => deleteSeesAll || row.hiddenUntil <= now);
    const open = seen.filter(isOpen);
    if (seen.length === 0) return NO_SUCH_VIN;
    if (open.length === 0) return words(409, 'Conflict', 'Clearance is already removed');
    const one = open.at(deleteEnds === 'the newest' ? -1 : 0) as Row;
    const replies = (deleteEnds === 'all' ? open : [one]).map((row) => this.#withdrawRow(row));
    return replies.find(({ status }) => status < 300) ?? (replies[0] as Reply);
  }

  #withdrawRow(row: Row): Reply {
    switch (wordOf(row)) {
      case 'approved':
      case 'on hold':
        return this.#end(row, 'revoking', 'revoked');
      case 'pending':
        if (!this.world.canCancelPending) {
          return words(422, 'Unprocessable', 'cancellation is not supported for this vin');
        }
        if (!this.world.isForgetful && this.#clock.now < (row.entries[0]?.at ?? 0) + DAY) {
          return words(
            422,
            'Unprocessable',
            "the pending status could only be canceled after 1 day it's created",
          );
        }
        return this.#end(row, 'canceling', 'canceled');
      default:
        return words(409, 'Conflict', 'Clearance is in transition mode');
    }
  }

  #data(): Reply {
    if (!this.books.rows.some((row) => wordOf(row) === 'approved') || this.#random.chance(0.05)) {
      return words(403, 'Forbidden', 'Consent is removed by OEM');
    }
    return this.#clock.now >= this.#drivenAt ? json(200, {}) : words(422, 'Unprocessable', 'no data yet');
  }

  /** Past the end of the carmaker's patience: what is pending still is rejected. */
  decideAll(): void {
    for (const row of this.books.open) {
      const word = wordOf(row);
      // Otonomo lets nobody remove what it has not decided.
      const isUndecided = word === 'pending' || (word === 'on hold' && this.world.isOtonomo);
      if (isUndecided) this.carmaker.reject(row, 'ineligible VIN');
      if (word === 'revoking') this.#change(row, 'revoked', null);
      if (word === 'canceling') this.#change(row, 'canceled', null);
    }
  }

  #end(row: Row, during: 'revoking' | 'canceling', then: 'revoked' | 'canceled'): Reply {
    if (this.world.isForgetful) {
      this.books.remove(row);
      this.#touched();
      return reply(204, '');
    }
    this.books.write(row, during, null);
    this.#touched();
    this.#clock.after(this.#random.between(1_000, this.world.withdrawalTakes), () => {
      if (wordOf(row) !== during || !this.books.rows.includes(row)) return;
      const overtaken = during === 'canceling' && this.world.cancelFails && !this.calm;
      if (overtaken) this.carmaker.approve(row);
      else this.#change(row, then, null);
    });
    if (this.#random.chance(0.1)) return reply(this.#random.pick([202, 204]), '');
    return json(200, { vin: VIN, status: during });
  }

  #change(row: Row, word: Word, reason: string | null): void {
    if (!this.books.rows.includes(row)) return;
    const isDone =
      this.world.isForgetful &&
      !this.world.isOtonomo &&
      writeWithoutTrace(this.books, this.#random, row, word);
    if (isDone) return void this.#touched();
    this.books.write(row, word, reason);
    if (word === 'approved') this.#drivenAt = this.#clock.now + this.#random.between(MINUTE, 10 * DAY);
    this.#touched();
    if (ANNOUNCED.includes(word) && !this.world.isOtonomo) this.#send(word, reason);
  }

  #give(row: Row): void {
    this.#change(row, 'approved', null);
    const later = this.#random.chance(0.3) ? this.#random.between(MINUTE, 10 * DAY) : 100 * DAY;
    this.#clock.after(later, () => {
      if (wordOf(row) === 'approved') this.#change(row, 'revoked', null);
    });
  }

  #touched(): void {
    for (const listener of this.#listeners) listener();
  }

  #send(word: Word, reason: string | null): void {
    const { lost, doubled, delay, named, timed } = this.world.webhooks;
    const random = this.#random;
    const announcement = {
      status: word,
      reason,
      deliveryId: named ? `delivery-${++this.#deliveries}` : null,
      providerTime: timed ? new Date(this.#clock.now + this.world.skew).toISOString() : null,
    };
    this.#old.push(announcement);
    if (!this.calm && random.chance(lost)) return;
    const deliver = (): void =>
      this.#clock.after(random.between(100, delay), () => this.#announce(announcement));
    deliver();
    if (random.chance(doubled)) deliver();
  }

  /** A restore from a backup, and bodies of webhooks that are sent again. */
  #planAwkwardness(): void {
    const { restores, webhooks } = this.world;
    const random = this.#random;
    if (restores) {
      this.#clock.at(restores.at, () => {
        this.restored += 1;
        this.books.restore(restores.at - restores.back);
        this.#touched();
      });
    }
    for (let left = webhooks.replayed; left > 0; left--) {
      this.#clock.after(random.between(MINUTE, 38 * DAY), () => {
        if (this.#old.length === 0) return;
        const body = random.pick(this.#old);
        // The id is not signed: anybody may send an old body with a new one.
        this.#announce(random.chance(0.5) ? body : { ...body, deliveryId: `again-${++this.#deliveries}` });
      });
    }
  }
}
