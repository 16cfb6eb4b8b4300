import { gunzipSync, gzipSync } from 'node:zlib'
import { REPORT_BYTES } from '../../federation/protocol/limits.ts'
import { unseal } from '../../federation/protocol/signed.ts'
import type { Report } from '../../federation/protocol/types.ts'

/**
 * What `reports.body` holds: the signed document, gzip, as the member sent it. Compressing again would cost more than
 * everything else.
 */
export const storedBody = (received: Buffer, signedDocument: Buffer): Buffer =>
  received === signedDocument ? gzipSync(signedDocument, { level: 1 }) : received

/** A report out of `reports.body`. It was verified and checked before it was stored. */
export function readStoredReport(body: Uint8Array): Report {
  const document = gunzipSync(body, { maxOutputLength: REPORT_BYTES })
  return JSON.parse(unseal(document).payload.toString()) as Report
}
