import { useEffect, useState } from 'preact/hooks'
import { formatPeriod } from '../format.ts'
import { Copyable } from './copyable.tsx'

/**
 * How a router joins. Where the hub does not know its own address the browser does; without either a placeholder stands
 * there.
 */
export function Join({ url, epochSeconds }: { url: string | undefined; epochSeconds: number }) {
  const [address, setAddress] = useState(url ?? 'https://this-hub')
  useEffect(() => {
    if (url === undefined) setAddress(new URL('.', location.href).href.replace(/\/$/, ''))
  }, [url])
  return (
    <section aria-labelledby="join">
      <h2 id="join">Join with your router</h2>
      <p>
        Ask whoever runs this hub for an invite. Your router shows what it would share and asks first; then it reports
        every {formatPeriod(epochSeconds)} and starts from this map wherever it has no measurements of its own.
      </p>
      <Copyable label="Join" text={`router federation join ${address} --invite CODE`} />
      <Copyable label="See, byte for byte, what the next report says" text="router federation preview" />
      <Copyable label="Leave; the hub forgets what you sent" text="router federation leave" />
    </section>
  )
}
