/** Hands a file that the API answered with to the browser's downloads. */
export function saveFile(file: File) {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = file.name || 'export'
  link.click()
  // The browser has taken the address over once the click was handled; a minute is ample for slow disks.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
