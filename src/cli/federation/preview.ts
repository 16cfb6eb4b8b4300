import type { Config } from '../../config/types.ts'
import { describePreview, previewJson } from '../../federation/member/report/preview.ts'
import { PublicNames } from '../../federation/member/report/public-name.ts'
import { Reporter } from '../../federation/member/report/reporter.ts'
import { federationFolder, reportSettings, requireMembership } from './membership.ts'

interface Preview {
  readonly text: string
  readonly json: object
  /** As they would be sent, before gzip; undefined when there is nothing to send. */
  readonly bytes: Buffer | undefined
}

/**
 * The next report, if its epoch ended now. @throws RouterError ROUTER_FEDERATION_NOT_JOINED, ROUTER_FEDERATION_STATE
 */
export async function federationPreview(config: Config, now: number): Promise<Preview> {
  const membership = requireMembership(config)
  const { key, epochSeconds } = membership
  const reporter = await Reporter.open({
    directory: federationFolder(config),
    key,
    epochSeconds,
    names: new PublicNames(config),
    settings: reportSettings(config, membership),
    now,
    readOnly: true,
  })
  const preview = reporter.preview(now)
  const { share } = config.federation
  const lines = [
    ...(share ? [] : ['Nothing is sent: the configuration says "federation.share: false". Otherwise:']),
    ...describePreview(preview, epochSeconds),
    ...(preview.bytes ? ['', preview.bytes.toString('utf8')] : []),
  ]
  return { text: lines.join('\n'), json: { share, ...previewJson(preview) }, bytes: share ? preview.bytes : undefined }
}
