/** What a card tells an advisor's phone. */
export interface CardFacts {
  readonly id: string
  readonly name: string
  readonly phones: readonly { readonly number: string; readonly label: string | null }[]
  readonly email: string | null
  readonly plates: readonly string[]
  readonly models: readonly string[]
}

const compoundSurnames = [
  '欧阳',
  '上官',
  '司徒',
  '诸葛',
  '司马',
  '令狐',
  '皇甫',
  '尉迟',
  '长孙',
  '慕容',
  '夏侯',
  '公孙',
  '东方',
  '单于',
  '澹台',
  '端木',
]

const escaped = (text: string) => text.replace(/[\\,;]/g, '\\$&').replace(/\r\n?|\n/g, '\\n')

/** Lines of at most 75 octets, a character never cut in two; what follows begins with a blank (RFC 6350, 3.2). */
export function foldLine(line: string): string {
  let out = ''
  let octets = 0
  for (const char of line) {
    const size = Buffer.byteLength(char)
    if (octets + size > 75) {
      out += '\r\n '
      octets = 1
    }
    out += char
    octets += size
  }
  return `${out}\r\n`
}

function nameField(name: string): string {
  if (!/^\p{Script=Han}{2,4}$/u.test(name)) return `N:${escaped(name)};;;;`
  const letters = [...name]
  const surname = compoundSurnames.find((one) => name.startsWith(one) && letters.length > 2) ?? letters[0] ?? ''
  return `N:${escaped(surname)};${escaped(name.slice(surname.length))};;;`
}

/** The caller's number as phones dial and match it: with the country's code, an extension as a pause. */
function telephone(number: string): string {
  const [digits = '', extension] = number.split('-')
  const mobile = /^1\d{10}$/.test(digits)
  const type = mobile ? 'cell' : 'voice'
  const international = mobile ? `+86${digits}` : digits.startsWith('0') ? `+86${digits.slice(1)}` : digits
  return `TEL;TYPE=${type}:${international}${extension ? `,${extension}` : ''}`
}

/** One vCard 4.0 (BASE-08). Name first, then the car as a note, so that a ringing phone shows both. */
export function vcard(facts: CardFacts): string {
  const lines = [
    'BEGIN:VCARD',
    'VERSION:4.0',
    `UID:urn:uuid:${facts.id}`,
    `FN:${escaped([facts.name, ...facts.plates.slice(0, 1)].join(' '))}`,
    nameField(facts.name),
    ...facts.phones.map((phone) => telephone(phone.number)),
    ...(facts.email ? [`EMAIL:${escaped(facts.email)}`] : []),
  ]
  const note = [...facts.models, ...facts.plates].join(' · ')
  if (note) lines.push(`NOTE:${escaped(note)}`)
  lines.push('END:VCARD')
  return lines.map(foldLine).join('')
}
