import type { UpstreamRequest } from 'commonroute/plugin'
import type { Credentials } from './credentials.ts'

export interface Signing {
  readonly region: string
  readonly service: string
  /** Unix milliseconds. */
  readonly now: number
}

/** Loaded with the first request that has to be signed: a start, and whoever has a key, does without. */
async function load() {
  const [{ SignatureV4 }, { Hash }] = await Promise.all([import('@smithy/signature-v4'), import('@smithy/hash-node')])
  return { SignatureV4, sha256: Hash.bind(undefined, 'sha256') }
}

let library: ReturnType<typeof load> | undefined

/**
 * The request with AWS's signature, version 4
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). Signed are host, type
 * and what begins with `x-amz-`: others may be changed on the way.
 */
export async function signed(
  request: UpstreamRequest,
  credentials: Credentials,
  { region, service, now }: Signing,
): Promise<UpstreamRequest> {
  library ??= load()
  const { SignatureV4, sha256 } = await library
  const { url, headers, method, body } = request
  const covered = Object.entries(headers).filter(([name]) => name === 'content-type' || name.startsWith('x-amz-'))
  // The hash of the body is signed all the same; only Amazon S3 wants it in a header too.
  const signer = new SignatureV4({ credentials, region, service, sha256, applyChecksum: false })
  const { host: _, ...sent } = (
    await signer.sign(
      {
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: { host: url.host, ...Object.fromEntries(covered) },
        body: body ?? '',
      },
      { signingDate: new Date(now) },
    )
  ).headers
  return { ...request, headers: { ...headers, ...sent } }
}
