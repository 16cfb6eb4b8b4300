import { useEffect, useState } from 'preact/hooks'

/** A command, with a button where the browser lets a page copy. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const [canCopy, setCanCopy] = useState(false)
  const [copied, setCopied] = useState(false)
  // Pages over plain HTTP have no clipboard.
  useEffect(() => setCanCopy(navigator.clipboard !== undefined), [])
  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(true))
  return (
    <div class="copyable">
      <p>{label}</p>
      <pre>
        <code>{text}</code>
      </pre>
      {canCopy && (
        <button type="button" onClick={() => copy().catch(() => setCanCopy(false))} aria-label={`Copy: ${label}`}>
          {copied ? 'Copied' : 'Copy'}
        </button>
      )}
    </div>
  )
}
