// Chromium lets a page keep its install prompt for a better moment.

type InstallPrompt = Event & { prompt(): Promise<unknown> };

let kept: InstallPrompt | null = null;

export function keepInstallPrompt(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    kept = event as InstallPrompt;
  });
}

export function canInstall(): boolean {
  return kept !== null;
}

/** The browser's own question, after our button. */
export async function install(): Promise<void> {
  await kept?.prompt();
  kept = null;
}
