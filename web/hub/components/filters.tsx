import { useEffect, useRef, useState } from 'preact/hooks'
import { continentName, kindName, sizeName } from '../format.ts'
import type { Facets } from '../state/endpoint-index.ts'
import { SORTINGS, type SortKey, writeOrder } from '../state/order.ts'
import { CHOICES, type Choice, type View } from '../state/view.ts'
import { useBase, useNavigate } from './page-context.ts'

/** After the last key, before the list follows. */
const TYPING_MS = 250

const LABELS: Readonly<Record<Choice, string>> = {
  kind: 'Requests',
  size: 'Input tokens',
  region: 'Region',
  continent: 'Asked from',
  provider: 'Provider',
}
const OPTIONS: Readonly<Record<Choice, { values(facets: Facets): readonly string[]; text(value: string): string }>> = {
  kind: { values: ({ kinds }) => kinds, text: kindName },
  size: { values: ({ sizes }) => sizes, text: sizeName },
  region: { values: ({ regions }) => regions, text: String },
  continent: { values: ({ continents }) => continents, text: continentName },
  provider: { values: ({ providers }) => providers, text: String },
}

/** A form of GET, so that it works as it stands; where the browser can do it, the list follows each change. */
export function Filters({ view, facets }: { view: View; facets: Facets }) {
  const base = useBase()
  const navigate = useNavigate()
  const form = useRef<HTMLFormElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [follows, setFollows] = useState(false)
  useEffect(() => setFollows(navigate !== undefined), [navigate])
  // By a link or the way back; what somebody is typing stays.
  useEffect(() => {
    const field = form.current!.elements.namedItem('q') as HTMLInputElement
    if (document.activeElement !== field) field.value = view.q
  }, [view.q])
  const go = () => {
    clearTimeout(timer.current)
    if (navigate) navigate(queryOf(form.current!))
  }
  const goSoon = () => {
    clearTimeout(timer.current)
    timer.current = setTimeout(go, TYPING_MS)
  }
  const submit = (event: Event) => {
    if (!navigate) return
    event.preventDefault()
    go()
  }
  return (
    <search>
      <form ref={form} class="filters" action={base} method="get" onSubmit={submit}>
        <label class="text">
          <span>Search</span>
          <input type="search" name="q" placeholder="model or provider" defaultValue={view.q} onInput={goSoon} />
        </label>
        <div class="choices">
          {CHOICES.map((name) => (
            <label key={name}>
              <span>{LABELS[name]}</span>
              <select name={name} value={view[name]} onChange={go}>
                <option value="">all</option>
                {OPTIONS[name].values(facets).map((value) => (
                  <option key={value} value={value} selected={value === view[name]}>
                    {OPTIONS[name].text(value)}
                  </option>
                ))}
              </select>
            </label>
          ))}
          <label>
            <span>Sort by</span>
            <select name="sort" value={writeOrder(view.order)} onChange={go}>
              {(Object.keys(SORTINGS) as SortKey[]).map((key) => (
                <option key={key} value={key} selected={key === writeOrder(view.order)}>
                  {SORTINGS[key].label}
                </option>
              ))}
              {writeOrder(view.order).startsWith('-') && (
                <option value={writeOrder(view.order)} selected>
                  {SORTINGS[view.order.key].label}, worst first
                </option>
              )}
            </select>
          </label>
        </div>
        {view.all && <input type="hidden" name="show" value="all" />}
        {!follows && <button type="submit">Show</button>}
      </form>
    </search>
  )
}

/** What the browser would ask for, without empty fields. */
function queryOf(form: HTMLFormElement): string {
  const values = new URLSearchParams()
  for (const [name, value] of new FormData(form)) if (value && value !== 'best') values.set(name, String(value))
  return `?${values}`
}
