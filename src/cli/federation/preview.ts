import type { Config } from '../../config/types.ts'
import { MapFile } from '../../federation/member/map/map-file.ts'
import { MapValues } from '../../federation/member/map/map-values.ts'
import type { Membership } from '../../federation/member/membership/identity.ts'
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
  const settings = reportSettings(config, membership)
  const reporter = await Reporter.open({
    directory: federationFolder(config),
    key,
    epochSeconds,
    names: new PublicNames(config),
    settings,
    now,
    readOnly: true,
  })
  const { held } = mapOnDisk(federationFolder(config), membership)
  reporter.know(new MapValues(held, settings.continent))
  const preview = reporter.preview(now)
  const { share } = config.federation
  const lines = [
    ...(share ? [] : ['Nothing is sent: the configuration says "federation.share: false". Otherwise:']),
    ...describePreview(preview, epochSeconds),
    ...(preview.bytes ? ['', preview.bytes.toString('utf8')] : []),
  ]
  return { text: lines.join('\n'), json: { share, ...previewJson(preview) }, bytes: share ? preview.bytes : undefined }
}

/** What the router clips around; with a map that cannot be read, nothing, as the router does. */
function mapOnDisk(directory: string, membership: Membership): MapFile {
  const file = new MapFile(directory, membership)
  try {
    file.load()
  } catch {
    return new MapFile(directory, membership)
  }
  return file
}
