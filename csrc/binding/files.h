/*
 * What this is: core.file_status, core.read_file, core.working_folder, core.real_path and
 * core.durable_file: the files that the library reads and writes. Only plain files are opened, and
 * nothing here waits: a FIFO does not block, and a lock that another process holds is reported.
 *
 * May include: luaglue.h, csrc/files, POSIX.
 *
 * Ownership: every descriptor belongs to a userdata, whose finalizer closes it and removes a
 * temporary file.
 */
#ifndef ECSP_FILES_H
#define ECSP_FILES_H

#include "luaglue.h"

ECSP_HIDDEN_BEGIN

int ecsp_files_status(lua_State *L);
int ecsp_files_read(lua_State *L);
int ecsp_files_working_folder(lua_State *L);
int ecsp_files_real_path(lua_State *L);
int ecsp_files_durable(lua_State *L);

void ecsp_files_register(lua_State *L);

ECSP_HIDDEN_END

#endif
