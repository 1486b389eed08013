import type { Certificate, Statement } from './certificate';

/**
 * What a signed file says, line by line, for people. The page of a certificate runs the text of this function in a browser:
 * it must use nothing from around it, and nothing that is newer than the browsers of today.
 */
export function rowsOf(content: Certificate | Statement): [string, string][] {
  const said = (one: { at: string; words: string } | null, none: string): string =>
    one ? `${one.at}: ${one.words}` : none;
  const rows: [string, string][] = [];
  if (content.kind !== 'statement') rows.push(['Number', String(content.number)]);
  rows.push(['Vehicle (VIN)', content.vehicle.vin]);
  rows.push(['Event', `${content.event.kind}, ${content.event.date}`]);
  rows.push(['Deadline', content.deadline]);
  if (content.kind === 'statement') rows.push(['State of', content.at]);
  else rows.push(['Ended, read back', content.endedAt], ['Issued', content.issuedAt]);
  if (content.kind !== 'buyer') {
    rows.push(['Fleet', content.fleet || 'none']);
    const by = content.asked.by || 'not said by whom';
    rows.push(['Asked', `${content.asked.at}, by ${by}, through ${content.asked.channel}`]);
    if (content.asked.onBehalfOf) rows.push(['On behalf of', content.asked.onBehalfOf]);
  }
  for (const access of content.accesses) {
    const lines = [`Outcome: ${access.outcome}`];
    if ('readBackAt' in access) lines.push(`Our own reading after it: ${access.readBackAt}`);
    else {
      const nothing = access.outcome === 'open' ? 'nothing yet' : 'nothing, as nothing was open';
      lines.push(`Asked of the provider: ${said(access.asked, nothing)}`);
      lines.push(`Its answer: ${said(access.answer, 'none')}`);
      lines.push(`Our own reading after it: ${said(access.readBack, 'none yet')}`);
      if (!access.kind) lines.push(`Calls that asked for the end: ${access.calls}`);
    }
    if ('why' in access) lines.push(`Why it is open: ${access.why}`);
    if ('kept' in access && access.kept) lines.push(`Kept: ${access.kept}`);
    const place = 'application' in access ? access.application : '';
    const application = place ? `, application ${place}` : '';
    const plate = place ? ` of ${place}` : '';
    const heading = access.kind
      ? `Parking${plate} at ${access.provider}`
      : `At ${access.provider}${application}`;
    rows.push([heading, lines.join('\n')]);
  }
  rows.push(['Not covered', content.notCovered.map((one) => `- ${one}`).join('\n')]);
  rows.push(['Clock of all times', content.clock]);
  rows.push(['Software', `${content.software.name} ${content.software.version}`]);
  rows.push(['Commitment', content.vehicle.commitment]);
  return rows;
}
