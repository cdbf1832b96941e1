; The installer for Windows, for Inno Setup 6.3 or newer (https://jrsoftware.org/ishelp). packaging/build.py calls it there:
;   iscc /DVersion=0.1.0 /DBundle=C:\path\to\dist\lacuna /DOut=C:\path\to\dist packaging\windows\lacuna.iss
; NOT RUN YET: Lacuna has been built and installed on Linux only. What tests/packaging/test_windows.py can check from
; there (the flags, the files that are named, the identity) is checked; the rest waits for a Windows machine.

#ifndef Version
  #error Give the version: /DVersion=… (packaging/build.py reads it from pyproject.toml)
#endif
#ifndef Bundle
  #error Give the folder of the bundle, with lacuna.exe in it: /DBundle=…
#endif
#ifndef Out
  #define Out Bundle + "\.."
#endif
#ifndef Variant
  #define Variant "cpu"
#endif

[Setup]
; Never change this: by it Windows knows that a newer setup replaces an older one.
AppId={{6C2B7F0E-53B4-4C0B-9E0C-2E2B64C1D7A5}
AppName=Lacuna
AppVersion={#Version}
AppVerName=Lacuna {#Version}
AppPublisher=Lacuna contributors
VersionInfoVersion={#Version}
LicenseFile=..\..\LICENSE
; For one person, without an administrator: below their own AppData.
PrivilegesRequired=lowest
DefaultDirName={autopf}\Lacuna
DisableProgramGroupPage=yes
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputDir={#Out}
OutputBaseFilename=lacuna-{#Version}-windows-x86_64-{#Variant}
; Made by packaging/icons.py, as the icon of lacuna.exe is.
SetupIconFile=..\..\build\icons\lacuna.ico
UninstallDisplayIcon={app}\lacuna.exe
UninstallDisplayName=Lacuna
Compression=lzma2/max
SolidCompression=yes
LZMAUseSeparateProcess=yes
; A setup.exe of more than 2.1 GB does not start: the CUDA variant goes into .bin files beside it, none over that size.
#if Variant == "cuda"
DiskSpanning=yes
DiskSliceSize=2100000000
#endif
; Upgrades in place: the same folder, no questions again, and a Lacuna that runs is asked to close.
UsePreviousAppDir=yes
CloseApplications=yes
CloseApplicationsFilter=lacuna.exe,lacuna-cli.exe
RestartApplications=no
ChangesAssociations=yes
WizardStyle=modern

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[CustomMessages]
en.DesktopIcon=Put an icon on the desktop
de.DesktopIcon=Ein Symbol auf den Desktop legen
en.FileType=Erased text encoder (Lacuna)
de.FileType=Bereinigter Text-Encoder (Lacuna)
en.Start=Start Lacuna
de.Start=Lacuna starten
en.NoRuntime=Lacuna needs Microsoft's Visual C++ runtime, which this computer does not have. Install it from https://aka.ms/vs/17/release/vc_redist.x64.exe and start this setup again. Go on without it?
de.NoRuntime=Lacuna braucht die Visual-C++-Laufzeit von Microsoft, die auf diesem Rechner fehlt. Sie ist unter https://aka.ms/vs/17/release/vc_redist.x64.exe zu bekommen; danach diese Installation noch einmal starten. Ohne sie fortfahren?

[Tasks]
Name: "desktop"; Description: "{cm:DesktopIcon}"; Flags: unchecked

[InstallDelete]
; What an older version brought and this one does not must not be found beside it.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Excludes: "\portable,\lacuna-data"; Flags: recursesubdirs createallsubdirs ignoreversion

[Icons]
Name: "{autoprograms}\Lacuna"; Filename: "{app}\lacuna.exe"; AppUserModelID: "lacuna"
Name: "{autodesktop}\Lacuna"; Filename: "{app}\lacuna.exe"; AppUserModelID: "lacuna"; Tasks: desktop

[Registry]
Root: HKCU; Subkey: "Software\Classes\.lacuna"; ValueType: string; ValueData: "Lacuna.Encoder"; Flags: uninsdeletevalue uninsdeletekeyifempty
Root: HKCU; Subkey: "Software\Classes\.lacuna"; ValueType: string; ValueName: "Content Type"; ValueData: "application/x-lacuna"; Flags: uninsdeletevalue uninsdeletekeyifempty
Root: HKCU; Subkey: "Software\Classes\Lacuna.Encoder"; ValueType: string; ValueData: "{cm:FileType}"; Flags: uninsdeletekey
Root: HKCU; Subkey: "Software\Classes\Lacuna.Encoder\DefaultIcon"; ValueType: string; ValueData: "{app}\lacuna.exe,0"
Root: HKCU; Subkey: "Software\Classes\Lacuna.Encoder\shell\open\command"; ValueType: string; ValueData: """{app}\lacuna.exe"" ""%1"""

[Run]
Filename: "{app}\lacuna.exe"; Description: "{cm:Start}"; Flags: nowait postinstall skipifsilent

; Uninstalling takes away what is listed here and no more: library and settings below the person's AppData stay.

[Code]
function RuntimeIsHere: Boolean;
begin
  Result := FileExists(ExpandConstant('{sys}\vcruntime140_1.dll')) and FileExists(ExpandConstant('{sys}\msvcp140.dll'));
end;

function InitializeSetup: Boolean;
begin
  Result := RuntimeIsHere or (SuppressibleMsgBox(CustomMessage('NoRuntime'), mbConfirmation, MB_YESNO, IDNO) = IDYES);
end;
