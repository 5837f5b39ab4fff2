/** The key of a button, for the eye only: screen readers get it from `aria-keyshortcuts`. */
export function KeyCap({ children }: { children: string }) {
  return (
    <span aria-hidden="true" className="key-cap">
      <kbd>{children}</kbd>
    </span>
  )
}
