import type { JsonObject } from 'commonroute/plugin'
import { SandboxError } from '../sandbox-error.ts'
import type { MediaFile } from './service.ts'

const BOUNDARY = /^--([^\r\n]{1,70})\r\n/

/** The fields and files of a body that is a form (RFC 7578); undefined for one that is none. */
export async function readForm(
  bytes: Buffer,
): Promise<{ readonly body: JsonObject; readonly files: readonly MediaFile[] } | undefined> {
  const boundary = BOUNDARY.exec(bytes.toString('latin1', 0, 80))?.[1]
  if (boundary === undefined) return undefined
  const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` }
  const body: JsonObject = {}
  const files: MediaFile[] = []
  try {
    const form = await new Response(new Uint8Array(bytes), { headers }).formData()
    for (const [name, value] of form) {
      if (typeof value === 'string') body[name] = value
      else files.push({ name: value.name, bytes: Buffer.from(await value.arrayBuffer()) })
    }
  } catch {
    throw new SandboxError(400, 'invalid_request_error', 'The body is not a form that can be read.')
  }
  return { body, files }
}
