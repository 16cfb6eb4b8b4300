import { formatPeriod } from '../format.ts'
import type { PageState } from '../state/page-state.ts'

/** Of fewer members one must have more than 35 %. */
const MIN_MEMBERS_FOR_CAP = 3

/** The privacy statement in short; `privacyUrl` is the whole of it, as this version of the hub keeps it. */
interface Props {
  readonly hub: PageState['hub']
  readonly privacyUrl: string
}

export const Privacy = ({ hub: { k, epoch_seconds: epochSeconds, private: isPrivate }, privacyUrl }: Props) => (
  <section aria-labelledby="privacy">
    <h2 id="privacy">What is shared, and what is not</h2>
    <ul>
      <li>
        Members send one report every {formatPeriod(epochSeconds)}: per public endpoint and kind of request rounded
        counts of outcomes, mean and spread of times and speeds, share of cached input, price.{' '}
        {isPrivate
          ? 'Exact: this hub is private, its members trust each other.'
          : 'With noise, unless they switch it off.'}
      </li>
      <li>
        At most once a minute they say that an endpoint began to fail for them, or is back: no counts, and no noise.
      </li>
      <li>
        Never: prompts, answers, keys, users, base URLs, names of private models and deployments, what a single request
        was.
      </li>
      <li>
        A figure is published only when at least {k} independent members stand behind it
        {k >= MIN_MEMBERS_FOR_CAP ? '; none of them has more than 35 % of the weight.' : '.'}
      </li>
      <li>
        The map is one signed file, the same for {isPrivate ? 'all who may read it' : 'everybody'}: reading it tells the
        hub nothing of what you use. This page sets no cookies and loads nothing from elsewhere.
      </li>
    </ul>
    <p>
      <a href={privacyUrl}>The whole privacy statement</a>, with what is <em>not</em> protected.
    </p>
  </section>
)
