// Runs in <head> before the first paint, so that nothing moves or flashes afterwards: the reader's own theme, the mark
// that scripts are on, and "3 hours ago" for the dates of recent days (pages are cached, so the server writes dates).
{
  const root = document.documentElement;
  root.dataset.js = "";
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Storage may be switched off; the system's theme remains.
  }

  const times = document.getElementsByTagName("time"); // live, and in order: new ones are at the end
  let done = 0;
  const tell = () => {
    for (; done < times.length; done += 1) {
      const time = times[done];
      const when = new Date(time.dateTime);
      if (Number.isNaN(when.getTime())) continue;
      // The page is the same for everybody; the zone is the reader's.
      if (time.title) time.title = when.toLocaleString(root.lang || "en", { dateStyle: "long", timeStyle: "short" });
      const words = since(time.dateTime);
      if (words) time.textContent = words;
    }
  };
  const watcher = new MutationObserver(tell);
  watcher.observe(root, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", () => {
    tell();
    watcher.disconnect();
  });

  function since(datetime) {
    const minutes = Math.floor((Date.now() - Date.parse(datetime)) / 60000);
    if (!(minutes >= 0)) return "";
    if (minutes < 1) return "just now";
    if (minutes < 60) return some(minutes, "minute");
    if (minutes < 24 * 60) return some(Math.floor(minutes / 60), "hour");
    const days = Math.floor(minutes / (24 * 60));
    if (days === 1) return "yesterday";
    return days < 15 ? some(days, "day") : "";
  }

  function some(number, unit) {
    return `${number} ${unit}${number === 1 ? "" : "s"} ago`;
  }
}
