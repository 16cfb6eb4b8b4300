import { useEffect, useState } from 'preact/hooks'
import { formatPeriod } from '../format.ts'
import type { PageState } from '../state/page-state.ts'
import { Copyable } from './copyable.tsx'
import { useBase } from './page-context.ts'

/**
 * How a router joins. Where the hub does not know its own address the browser does; without either a placeholder stands
 * there.
 */
export function Join({ url, hub }: { url: string | undefined; hub: PageState['hub'] }) {
  const base = useBase()
  const [address, setAddress] = useState(url ?? 'https://this-hub')
  useEffect(() => {
    if (url === undefined) setAddress(new URL(base, location.href).href.replace(/\/$/, ''))
  }, [url, base])
  return (
    <section aria-labelledby="join">
      <h2 id="join">Join with your router</h2>
      <p>
        {hub.enrolment
          ? 'This hub takes everybody: your router does some work instead of showing an invite.'
          : 'Ask whoever runs this hub for an invite.'}{' '}
        Your router shows what it would share and asks first; then it reports every {formatPeriod(hub.epoch_seconds)}{' '}
        and starts from this map wherever it has no measurements of its own.
      </p>
      <Copyable label="Join" text={`router federation join ${address}${hub.enrolment ? '' : ' --invite CODE'}`} />
      <Copyable label="See, byte for byte, what the next report says" text="router federation preview" />
      <Copyable label="Leave; the hub forgets what you sent" text="router federation leave" />
    </section>
  )
}
