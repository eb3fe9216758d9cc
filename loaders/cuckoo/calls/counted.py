"""Calls that are known and only counted, with the reason: they say nothing that the graph has a word for.

What stands neither here nor in the table of handlers is unknown, and told as such in the drift report.
"""

from __future__ import annotations

_CALLS: dict[str, str] = {
    "looks at files and folders, or at their names and attributes; no content is read": """
        FindFirstChangeNotificationW FindFirstFileExA FindFirstFileExW FindNextFileW GetDiskFreeSpaceA
        GetDiskFreeSpaceExA GetDiskFreeSpaceExW GetDiskFreeSpaceW GetFileAttributesA GetFileAttributesExA
        GetFileAttributesExW GetFileAttributesW GetFileInformationByHandle GetFileInformationByHandleEx GetFileSize
        GetFileSizeEx GetFileType GetFileVersionInfoExW GetFileVersionInfoSizeExW GetFileVersionInfoSizeW
        GetFileVersionInfoW GetShortPathNameW GetSystemDirectoryA GetSystemDirectoryW GetSystemWindowsDirectoryA
        GetSystemWindowsDirectoryW GetTempPathW GetVolumeInformationA GetVolumeInformationByHandleW
        GetVolumeInformationW GetVolumeNameForVolumeMountPointW GetVolumePathNameW GetVolumePathNamesForVolumeNameW
        NtQueryAttributesFile NtQueryDirectoryFile NtQueryFullAttributesFile NtQueryInformationFile
        NtQueryVolumeInformationFile QueryUsersOnEncryptedFile RmStartSession RtlDosPathNameToNtPathName_U
        SearchPathW SetFilePointer SetFilePointerEx SHGetFileInfoW SHGetFolderPathW SHGetKnownFolderPath
        SHGetSpecialFolderLocation ReadCabinetState""",
    "a folder is no file, and an end of file is set before bytes are written": """
        CreateDirectoryExW CreateDirectoryW RemoveDirectoryA RemoveDirectoryW SetEndOfFile""",
    "looks at the registry without reading a value, or waits for it; or takes effect at the next start": """
        NtEnumerateKey NtReplaceKey RegEnumKeyExA RegEnumKeyExW RegEnumKeyW RegNotifyChangeKeyValue RegQueryInfoKeyA
        RegQueryInfoKeyW""",
    "starts a process by another call, which is logged itself": """
        FindFixAndRun MsiInstallProductA MsiInstallProductW ShellExecuteA ShellExecuteExA ShellExecuteExW
        ShellExecuteW WinExec system vbe6_Shell""",
    "asks a service of Windows, whose own process does the work": """
        CLSIDFromProgID CLSIDFromProgIDEx CoCreateInstance CoCreateInstanceEx CoGetClassObject CoGetObject
        CoInitializeEx CoInitializeSecurity CoInternetSetFeatureEnabled CoUninitialize IBackgroundCopyJob_AddFile
        IBackgroundCopyJob_AddFileSet IBackgroundCopyManager_CreateJob IWbemServices_CreateInstanceEnum
        IWbemServices_CreateInstanceEnumAsync IWbemServices_ExecMethod IWbemServices_ExecMethodAsync
        IWbemServices_ExecQuery IWbemServices_ExecQueryAsync IWbemServices_GetObjectAsync IWbemServices_GetObjectW
        MkParseDisplayName MkParseDisplayNameEx OleConvertOLESTREAMToIStorage OleInitialize PStoreCreateInstance
        WMI_CreateInstanceEnum WMI_CreateInstanceEnumAsync WMI_ExecMethod WMI_ExecMethodAsync WMI_ExecQuery
        WMI_ExecQueryAsync WMI_Get WMI_GetObject WMI_GetObjectAsync WMI_Next WbemLocator_ConnectServer""",
    "prepares, asks about or ends what other network calls do": """
        CryptRetrieveObjectByUrlW DeleteUrlCacheEntryA DeleteUrlCacheEntryW DsEnumerateDomainTrustsW
        GetAdaptersAddresses GetAdaptersInfo GetBestInterfaceEx GetInterfaceInfo HttpAddRequestHeadersA
        HttpAddRequestHeadersW HttpEndRequestA HttpEndRequestW HttpQueryInfoA HttpQueryInfoW
        InternetConfirmZoneCrossingA InternetConfirmZoneCrossingW InternetCrackUrlA InternetCrackUrlW
        InternetGetConnectedState InternetGetConnectedStateExA InternetGetConnectedStateExW InternetQueryOptionA
        InternetSetOptionA InternetSetStatusCallback IsValidURL NSPStartup NetGetJoinInformation NetShareEnum
        NetUserGetInfo NetUserGetLocalGroups ObtainUserAgentString RasConnectionNotificationW RasValidateEntryNameW
        UrlCanonicalizeW WNetGetProviderNameW WNetUseConnectionW WSAStartup WinHttpGetIEProxyConfigForCurrentUser
        WinHttpGetProxyForUrl WinHttpQueryHeaders WinHttpReceiveResponse WinHttpSetOption WinHttpSetTimeouts
        gethostname getsockname ioctlsocket select setsockopt shutdown""",
    "encrypts, decrypts, hashes or handles keys and certificates": """
        BCryptDecrypt BCryptDeriveKey BCryptEncrypt BCryptHashData BCryptImportKey BCryptImportKeyPair
        BCryptKeyDerivation CertControlStore CertCreateCertificateContext CertOpenStore CertOpenSystemStoreA
        CertOpenSystemStoreW CryptAcquireContextA CryptAcquireContextW CryptCreateHash CryptDecodeMessage
        CryptDecodeObjectEx CryptDecrypt CryptDecryptMessage CryptDeriveKey CryptDestroyHash CryptDestroyKey
        CryptEncrypt CryptEncryptMessage CryptEnumProvidersA CryptEnumProvidersW CryptExportKey CryptGenKey
        CryptGenRandom CryptHashData CryptHashMessage CryptHashSessionKey CryptImportKey CryptImportPublicKeyInfo
        CryptProtectData CryptProtectMemory CryptUnprotectData CryptUnprotectMemory DecryptMessage EncryptMessage
        HTTPSCertificateTrust HTTPSFinalProv NCryptDecrypt NCryptEncrypt NCryptImportKey PRF RtlCompressBuffer
        RtlDecompressBuffer RtlDecompressFragment SslDecryptPacket SslEncryptPacket SslExpandExporterMasterKey
        SslExpandTrafficKeys SslGenerateMasterKey SslGenerateSessionKeys SslHashHandshake SslImportMasterKey
        Ssl3GenerateKeyMaterial WTGetSignatureInfo""",
    "looks at processes, threads, modules or services, or changes its own": """
        AssignProcessToJobObject CreateJobObjectW CreateToolhelp32Snapshot DbgUiWaitStateChange
        DisableThreadLibraryCalls EnumServicesStatusA EnumServicesStatusW ExitProcess ExitThread FlsAlloc FlsFree
        FlsGetValue FlsSetValue GetWriteWatch HeapCreate IsUserAdmin K32EnumProcesses LdrGetDllHandle
        LdrGetDllHandleEx LdrGetProcedureAddress LdrGetProcedureAddressForCaller LdrUnloadDll LdrpCallInitRoutine
        LocalAlloc LocalFree LookupAccountSidW LookupPrivilegeValueW LsaOpenPolicy Module32FirstW Module32NextW
        NtContinue NtContinueEx NtFreeVirtualMemory NtOpenProcessToken NtQueryInformationProcess
        NtQueryInformationThread NtQueryInformationToken NtSetInformationProcess NtSetInformationThread
        NtTerminateThread NtTestAlert NtYieldExecution RtlReportSilentProcessExit RtlUserThreadStart
        SaferIdentifyLevel SetInformationJobObject SetStdHandle SetThreadDescription SetThreadStackGuarantee
        StartServiceCtrlDispatcherW SwitchToThread Thread32First Thread32Next UpdateProcThreadAttribute
        VirtualFreeEx WTSEnumerateProcessesExW WTSEnumerateProcessesW WaitForDebugEvent compileMethod memcpy
        RtlMoveMemory""",
    "objects of the kernel that the graph does not hold": """
        NtAddAtom NtAddAtomEx NtCreateDirectoryObject NtCreateEvent NtCreateTransaction NtDeleteAtom NtFindAtom
        NtMakePermanentObject NtMakeTemporaryObject NtOpenDirectoryObject NtOpenEvent NtOpenTransaction
        NtQueryDirectoryObject NtQueryInformationAtom NtReleaseMutant""",
    "windows, keys, messages and other things on the screen": """
        ChangeWindowMessageFilter CreateWindowExA CreateWindowExW DecodeImage DecodeImageEx DialogBoxIndirectParamA
        DialogBoxIndirectParamW DrawTextExA DrawTextExW EnumDisplayDevicesA EnumDisplayDevicesW EnumWindows
        GetAsyncKeyState GetCursorPos GetForegroundWindow GetKeyState GetKeyboardLayout GetKeyboardState
        GetLastInputInfo GetSystemMetrics LoadStringA LoadStringW MessageBoxTimeoutA MessageBoxTimeoutW
        PostThreadMessageA PostThreadMessageW RegisterHotKey ScriptIsComplex SetWindowsHookExA SetWindowsHookExW
        SystemParametersInfoA SystemParametersInfoW TaskDialog UnhookWindowsHookEx WriteConsoleA WriteConsoleW
        _CreateWindowExA _CreateWindowExW _DialogBoxIndirectParamA _DialogBoxIndirectParamW""",
    "time and waiting": """
        CreateTimerQueueTimer GetLocalTime GetSystemTime GetSystemTimeAsFileTime GetTickCount GetTickCount64
        GetTimeZoneInformation MsgWaitForMultipleObjectsEx NtDelayExecution NtQueryPerformanceCounter
        NtQuerySystemTime NtSetTimer NtSetTimerEx NtWaitForSingleObject SystemTimeToTzSpecificLocalTime timeGetTime
        timeSetEvent""",
    "asks about the machine and its user, resources or settings": """
        CommandLineToArgvW CreateActCtxW EnumCalendarInfoA EnumCalendarInfoW EnumResourceTypesExA
        EnumResourceTypesExW EnumTimeFormatsA EnumTimeFormatsW FindResourceA FindResourceExA FindResourceExW
        FindResourceW GetCommandLineA GetCommandLineW GetComputerNameA GetComputerNameExW GetComputerNameW
        GetCurrentHwProfileW GetNativeSystemInfo GetPhysicallyInstalledSystemMemory GetSystemDefaultLangID
        GetSystemInfo GetUserDefaultLCID GetUserNameA GetUserNameExA GetUserNameExW GetUserNameW GlobalMemoryStatus
        GlobalMemoryStatusEx LoadResource LockResource MultiByteToWideChar NtPowerInformation
        NtQueryDefaultUILanguage NtQueryInstallUILanguage NtQueryLicenseValue NtQuerySystemInformation
        SetupDiBuildDriverInfoList SetupDiGetClassDevsA SetupDiGetClassDevsW SetupDiGetDeviceRegistryPropertyA
        SetupDiGetDeviceRegistryPropertyW SizeofResource StrCmpNICW SysFreeString UuidCreate VarBstrCat
        WideCharToMultiByte lstrcmpiA lstrcpynA srand""",
    "exceptions, debugging, and the end of the whole machine": """
        ExitWindowsEx GetLastError InitiateShutdownW InitiateSystemShutdownExW InitiateSystemShutdownW
        IsDebuggerPresent NotifyBootConfigStatus NtRaiseException NtRaiseHardError NtSetSystemPowerState
        NtShutdownSystem OutputDebugStringA OutputDebugStringW RtlAddVectoredContinueHandler
        RtlAddVectoredExceptionHandler RtlDispatchException RtlRaiseException RtlRemoveVectoredContinueHandler
        RtlRemoveVectoredExceptionHandler SetErrorMode SetUnhandledExceptionFilter UnhandledExceptionFilter
        _NtRaiseException vDbgPrintExWithPrefixInternal""",
    "inside a script, a macro or a document": """
        CDocument_write CElement_put_innerHTML CHyperlink_SetUrlComponent CIFrameElement_CreateElement
        CImgElement_put_src COleScript_Compile COleScript_ParseScriptText CScriptElement_put_src
        CWindow_AddTimeoutCode JsEval JsParseScript JsRunScript _vbe6_StringConcat pdf_eval pdf_unescape
        rtcCreateObject2 rtcEnvironBstr vbe6_CallByName vbe6_Close vbe6_CreateObject vbe6_GetIDFromName
        vbe6_GetObject vbe6_Import vbe6_Invoke vbe6_Open vbe6_Print vbe6_StringConcat VbsAbs VbsArray VbsAsc VbsAscB
        VbsAscW VbsAtn VbsCBool VbsCByte VbsCCur VbsCDate VbsCDbl VbsCInt VbsCLng VbsCSng VbsCStr VbsChr VbsChrB
        VbsChrW VbsCos VbsCreateObject VbsDate VbsDateAdd VbsDateDiff VbsDatePart VbsDateSerial VbsDateValue VbsDay
        VbsErase VbsEscape VbsEval VbsExecute VbsExecuteGlobal VbsExp VbsFilter VbsFix VbsFormatCurrency
        VbsFormatDateTime VbsFormatNumber VbsFormatPercent VbsGetLocale VbsGetObject VbsGetRef VbsGetUILanguage
        VbsHex VbsHour VbsInStr VbsInStrB VbsInStrRev VbsInputBox VbsInt VbsIsArray VbsIsDate VbsIsEmpty VbsIsNull
        VbsIsNumeric VbsIsObject VbsJoin VbsLBound VbsLCase VbsLTrim VbsLeft VbsLeftB VbsLen VbsLenB VbsLoadPicture
        VbsLog VbsMid VbsMidB VbsMinute VbsMonth VbsMonthName VbsMsgBox VbsNow VbsOct VbsPrint VbsRGB VbsRTrim
        VbsRandomize VbsReplace VbsRight VbsRightB VbsRnd VbsRound VbsScriptEngine VbsScriptEngineBuildVersion
        VbsScriptEngineMajorVersion VbsScriptEngineMinorVersion VbsSecond VbsSetLocale VbsSgn VbsSin VbsSpace
        VbsSplit VbsSqr VbsStrComp VbsStrReverse VbsString VbsTan VbsTime VbsTimeSerial VbsTimeValue VbsTimer
        VbsTrim VbsTypeName VbsUBound VbsUCase VbsUnescape VbsVarType VbsWeekday VbsWeekdayName VbsYear""",
    "notes of the monitor about itself and about exceptions": """
        __action__ __anomaly__ __exception__ __guardrw__ __missing__ __process__ __thread__""",
}
REASONS: dict[str, tuple[str, ...]] = {reason: tuple(names.split()) for reason, names in _CALLS.items()}
NAMES: frozenset[str] = frozenset(name for names in REASONS.values() for name in names)
