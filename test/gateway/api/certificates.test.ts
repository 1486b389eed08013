import type { FoundCertificate } from '../../../activities/certificates';
import { VinError } from '../../../src/base/errors';
import { makeFiles, sha256 } from '../../../src/certificates/issue';
import type { Leaving } from '../../../src/certificates/store';
import { ACCESS, facts, signerWith, vinOf } from '../../certificates/support';
import { ActivationsDouble, VIN } from './activations-double';
import { type RunningApi, startApi } from './support';

const AT = '2026-12-02T09:00:00.000Z';

/** @param application whose access it says something of. */
function found(number: number, fleet: string | null, application = 'default'): FoundCertificate {
  const said = facts(1, { fleet, accesses: [{ ...ACCESS, application }] });
  const files = makeFiles(said, { number, previous: null, issuedAt: AT }, signerWith());
  return { number, sha256: sha256(files.full), issuedAt: AT, endedAt: said.endedAt, files };
}

/** Certificates in memory. */
class CertificatesDouble {
  all: FoundCertificate[] = [];
  leaving: Leaving | null = null;
  failure: VinError | null = null;
  readonly asked: string[][] = [];

  async of(): Promise<FoundCertificate[]> {
    if (this.failure) throw this.failure;
    return this.all;
  }

  async left(vins: readonly string[]): Promise<(Leaving | null)[]> {
    this.asked.push([...vins]);
    if (this.failure) throw this.failure;
    return vins.map(() => this.leaving);
  }
}

describe('the API of certificates', () => {
  const NOT_ANSWERED = new VinError('CERTIFICATES_NOT_ANSWERED', 'No worker has answered', 'Start one.');
  let double: CertificatesDouble;
  let activations: ActivationsDouble;
  let api: RunningApi;

  beforeEach(async () => {
    double = new CertificatesDouble();
    activations = new ActivationsDouble();
    api = await startApi(activations.asActivations, { certificates: double });
  });
  afterEach(() => api?.close());

  const read = (fleets: readonly string[] | '*') =>
    api.call('GET', `/v1/certificates/${vinOf(1)}`, { token: api.tokenFor('read', fleets) });

  it('gives the signed files of a vehicle, newest first, as they were issued', async () => {
    double.all = [found(7, 'acme'), found(3, null)];
    const { status, body } = await read('*');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      vin: vinOf(1),
      certificates: [
        { number: 7, fleet: 'acme', full: double.all[0]?.files?.full, buyer: double.all[0]?.files?.buyer },
        { number: 3, fleet: null },
      ],
    });
  });

  it('gives a token of some fleets theirs only, and has the same answer for others as for none', async () => {
    double.all = [found(7, 'others'), found(3, 'acme')];
    expect((await read(['acme'])).body['certificates']).toMatchObject([{ number: 3 }]);
    const others = await read(['third']);
    double.all = [];
    const none = await read(['third']);
    expect([others.status, others.body['code']]).toEqual([404, 'CERTIFICATE_UNKNOWN']);
    expect({ ...others.body, instance: '' }).toEqual({ ...none.body, instance: '' });
  });

  it('gives nothing of vehicles of another application', async () => {
    double.all = [found(7, 'acme', 'other')];
    expect((await read('*')).status).toBe(404);
  });

  it('shows of an erased one that it was there, to a token of every fleet only', async () => {
    double.all = [{ ...found(7, 'acme'), files: null }];
    expect((await read('*')).body['certificates']).toMatchObject([{ number: 7, full: null, buyer: null }]);
    expect((await read(['acme'])).status).toBe(404);
  });

  it('says so where nobody answers', async () => {
    double.failure = NOT_ANSWERED;
    expect((await read('*')).body).toMatchObject({ code: 'CERTIFICATES_NOT_ANSWERED', status: 503 });
    const started = await api.call('POST', '/v1/activations', { body: { vin: VIN, brand: 'bmw' } });
    expect([started.status, started.body['code']]).toEqual([503, 'CERTIFICATES_NOT_ANSWERED']);
  });

  describe('a vehicle that has left with a certificate', () => {
    const start = (more: object = {}, fleets: readonly string[] | '*' = '*') =>
      api.call('POST', '/v1/activations', {
        body: { vin: VIN, brand: 'bmw', fleet: 'acme', ...more },
        token: api.tokenFor('operate', fleets),
      });

    beforeEach(() => {
      double.leaving = { number: 7, endedAt: '2026-12-02T08:00:00.000Z', fleet: 'acme' };
      activations.unknownFields = { execution: 'COMPLETED' };
    });

    it('is not started by itself, and the answer says when it left and with what', async () => {
      const { status, body } = await start();
      expect([status, body['code']]).toEqual([409, 'VEHICLE_HAS_LEFT']);
      expect(body['detail']).toContain('it left on 2026-12-02, with certificate 7');
      expect(body['next']).toContain('"again": true');
    });

    it('is not started in a batch either, and the others are', async () => {
      const other = 'WBA8E9G50GNT00002';
      double.left = async (vins) => vins.map((vin) => (vin === VIN ? double.leaving : null));
      const body = [
        { vin: VIN, brand: 'bmw', fleet: 'acme' },
        { vin: other, brand: 'bmw', fleet: 'acme' },
        { vin: 'WBA8E9G50GNT00003', brand: 'bmw', fleet: 'acme', again: true },
      ];
      const answer = await api.call('POST', '/v1/activations/batch', { body });
      expect(answer.body['results']).toMatchObject([
        { outcome: 'refused', problem: { code: 'VEHICLE_HAS_LEFT' } },
        { outcome: 'started' },
        { outcome: 'started' },
      ]);
    });

    it('is not mentioned to a token that may not see the certificate', async () => {
      double.leaving = { number: 7, endedAt: '2026-12-02T08:00:00.000Z', fleet: 'others' };
      expect((await start({}, ['acme'])).status).toBe(202);
    });

    it('is started where it is said that it has come back, and nobody is asked then', async () => {
      let questions = 0;
      double.left = async () => {
        questions += 1;
        return [double.leaving];
      };
      expect((await start({ again: true })).status).toBe(202);
      expect(questions).toBe(0);
    });

    it('is active where it has come back before', async () => {
      activations.unknownFields = { execution: 'RUNNING' };
      expect((await start()).status).toBe(202);
    });
  });
});
