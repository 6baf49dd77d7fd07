// Converts the settings of the user to options of the server. Does not depend on VS Code.

/** Settings as returned by `workspace.getConfiguration("podwright")`. */
export interface Settings {
  get<T>(name: string, otherwise: T): T;
}

/** Levels of findings, lowest first. */
export const levels = ["info", "warning", "error"] as const;

/** The `initializationOptions` of the server. */
export interface Options {
  /** Lowest level of the findings that are shown; `null` for the default of the server. */
  readonly level: (typeof levels)[number] | null;
  readonly hints: {
    readonly imagePullPolicy: boolean;
    readonly terminationGracePeriod: boolean;
  };
  readonly codeLens: {
    readonly rendered: boolean;
  };
  readonly completion: {
    readonly fields: boolean;
  };
  /** What this client does itself. Not a setting of the user. */
  readonly client: {
    readonly showsRendered: boolean;
  };
}

/** Whether the server should run. */
export function isEnabled(settings: Settings): boolean {
  return settings.get<unknown>("enable", true) !== false;
}

export function options(settings: Settings): Options {
  const isWanted = (name: string): boolean => settings.get<unknown>(`hints.${name}`, true) !== false;
  const level = settings.get<unknown>("level", null);
  return {
    level: levels.find((one) => one === level) ?? null,
    hints: {
      imagePullPolicy: isWanted("imagePullPolicy"),
      terminationGracePeriod: isWanted("terminationGracePeriod"),
    },
    codeLens: {
      rendered: settings.get<unknown>("codeLens.rendered", true) !== false,
    },
    completion: {
      fields: settings.get<unknown>("completion.fields", false) === true,
    },
    client: { showsRendered: true },
  };
}

/**
 * Documents that are sent to the server: YAML, JSON, and the templates of Helm charts. Compose files and JSON with
 * comments have their own languages.
 */
export const documents = ["yaml", "json", "helm"].flatMap((language) =>
  ["file", "untitled"].map((scheme) => ({ scheme, language })),
);
