/** Hands a file of the API to the browser's downloads; its own name wins over the fallback. */
export function saveFile(file: Blob, fallback: string) {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = file instanceof File && file.name && file.name !== 'blob' ? file.name : fallback
  link.click()
  // The browser has taken the address by then; freeing it at once cancels the download in some of them.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
