/** English texts of Settings. */
export const enSettings = {
  'settings.profile': 'Profile',
} as const;
