import { WORK_BITS } from '../federation/protocol/limits.ts'
import type { HubInfo } from '../federation/protocol/types.ts'
import { VERSION } from '../federation/protocol/version.ts'
import { aboutInfo, NOTHING_SAID } from './about.ts'
import type { HubServerOptions } from './server/options.ts'

type Described = Pick<
  HubServerOptions,
  'name' | 'key' | 'succession' | 'epochSeconds' | 'k' | 'private' | 'openEnrolment' | 'workBits' | 'about' | 'url'
>

/** What a hub says of itself, but for the time. */
export const hubInfo = ({
  name,
  key,
  succession = [],
  epochSeconds,
  k,
  private: isPrivate,
  openEnrolment,
  workBits = WORK_BITS,
  about = NOTHING_SAID,
  url,
}: Described): Omit<HubInfo, 'time'> => ({
  v: VERSION,
  name,
  key: key.publicKey,
  epoch_seconds: epochSeconds,
  k,
  ...(isPrivate && { private: true }),
  ...(succession.length > 0 && { succession }),
  ...(openEnrolment && { enrolment: { difficulty: workBits } }),
  ...aboutInfo(about, url),
})
